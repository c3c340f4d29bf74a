import{a as e}from"./chunk-ZWBNDJJW.js";import{a as r}from"./chunk-LXUUU45O.js";import{c as s}from"./chunk-NB7OQOWM.js";s("#session-list",(i,o)=>e(i,o,()=>r.sessions.tabs(o)));
