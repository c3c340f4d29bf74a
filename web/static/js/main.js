import"./chunk-E644XELR.js";import{a as r}from"./chunk-BMFBSUZR.js";import"./chunk-LXUUU45O.js";import{f as t}from"./chunk-NB7OQOWM.js";t({reauthenticate:r});
