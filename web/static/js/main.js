import{c as r}from"./chunk-IMFDEOTK.js";r();
