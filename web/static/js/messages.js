import"./chunk-E644XELR.js";import"./chunk-LXUUU45O.js";import"./chunk-NB7OQOWM.js";
