import{c as r}from"./chunk-CWZ2NGZT.js";r();
