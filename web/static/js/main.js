import{d as r}from"./chunk-UNQLKUL4.js";r();
