var t=e=>document.getElementById(e);export{t as a};
