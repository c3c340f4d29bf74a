import{f as r}from"./chunk-EPYRD23I.js";r();
