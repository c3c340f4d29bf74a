import{d as r}from"./chunk-WSOYFPDC.js";r();
