import{a}from"./chunk-BMFBSUZR.js";import"./chunk-LXUUU45O.js";import"./chunk-NB7OQOWM.js";export{a as reauthenticate};
