import{e as r}from"./chunk-JQS64JS4.js";r();
