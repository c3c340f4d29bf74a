import{e as r}from"./chunk-ZOWKR5PL.js";r();
