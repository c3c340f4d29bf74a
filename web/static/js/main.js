import{d as r}from"./chunk-END6RM2I.js";r();
