import{d as r}from"./chunk-L4DGSM4Q.js";r();
