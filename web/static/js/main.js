import"./chunk-FHCUSOGX.js";import"./chunk-WYWLQUGN.js";import{e as r}from"./chunk-ZOWKR5PL.js";r();
