import{e as r}from"./chunk-L5T4SLMI.js";r();
