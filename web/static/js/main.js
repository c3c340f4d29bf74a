import{e as r}from"./chunk-EUWTMHXQ.js";r();
