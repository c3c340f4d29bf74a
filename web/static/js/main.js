import{d as r}from"./chunk-VKITFRKD.js";r();
