import{a}from"./chunk-3RPGRHXS.js";import"./chunk-B4PYAMO4.js";import"./chunk-DHRQNPTQ.js";export{a as reauthenticate};
