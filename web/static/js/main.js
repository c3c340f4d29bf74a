import{e as r}from"./chunk-TF5HQF2I.js";r();
