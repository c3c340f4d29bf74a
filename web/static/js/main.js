import{c as r}from"./chunk-ECPQQVVE.js";r();
