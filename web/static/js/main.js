import{d as r}from"./chunk-GXGQCA7B.js";r();
