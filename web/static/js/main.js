import{e as r}from"./chunk-LNT4KW4P.js";r();
