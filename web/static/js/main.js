import{c as r}from"./chunk-7BGF7XJE.js";r();
