// What the harness asks a page. The file is one expression, an object of
// questions; each call sends it along, so a page keeps nothing of it. A question
// that cannot be answered yet throws, and is asked again.
({
	process() {
		return document.documentElement.dataset.process ?? "";
	},

	at(want) {
		return new URL(want, location.href).href === location.href;
	},

	url() {
		return location.href;
	},

	has(selector) {
		return document.querySelector(selector) !== null;
	},

	text(selector) {
		return this.find(selector).innerText.trim();
	},

	attribute(selector, name) {
		return this.find(selector).getAttribute(name) ?? "";
	},

	find(selector) {
		const element = document.querySelector(selector);
		if (!element) throw new Error(`no element matches ${selector}`);
		return element;
	},

	// focused names the element that has the focus, as short as it can be found by.
	focused() {
		const element = document.activeElement;
		if (!element) return "";
		const name = element.getAttribute("name");
		if (element.id) return `${element.localName}#${element.id}`;
		return name ? `${element.localName}[name=${name}]` : element.localName;
	},

	// files is a file input that can be given so many files.
	files(selector, count) {
		const element = this.find(selector);
		if (element.type !== "file") throw new Error("it is not a file input");
		if (element.matches(":disabled")) throw new Error("it is disabled");
		if (count > 1 && !element.multiple) throw new Error("it takes one file");
		return element;
	},

	// point is where a person would click an element.
	point(selector) {
		return this.pointOf(this.find(selector));
	},

	// submitter is where a person would click to send a form.
	submitter(selector) {
		const form = this.find(selector);
		const button = [...form.elements].find((e) => e.type === "submit" && !e.disabled);
		if (!button) throw new Error(`${selector} has no submit button that is enabled`);
		return this.pointOf(button);
	},

	pointOf(element) {
		if (element.matches(":disabled")) throw new Error("it is disabled");
		if (this.unstyled()) throw new Error("the page's style sheets are on their way");
		let point = this.middle(element);
		if (!document.elementFromPoint(point.x, point.y)) {
			element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
			point = this.middle(element);
		}
		const top = document.elementFromPoint(point.x, point.y);
		if (!top) throw new Error("it is outside of the window");
		if (!element.contains(top) && top.closest("label")?.control !== element) {
			throw new Error(`it is covered by ${this.describe(top)}`);
		}
		return point;
	},

	// unstyled: what a page shows while its style sheets load nobody gets to see.
	unstyled() {
		return document.readyState !== "complete" && [...document.querySelectorAll("head link[rel=stylesheet]")].some((link) => !link.sheet);
	},

	// middle is the centre of the element's first box: a link that is broken over
	// two lines has nothing in the middle of both.
	middle(element) {
		const box = [...element.getClientRects()].find((b) => b.width > 0 && b.height > 0);
		if (!box || !element.checkVisibility({ visibilityProperty: true })) {
			throw new Error("it is not visible");
		}
		return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
	},

	describe(element) {
		const id = element.id ? `#${element.id}` : "";
		return `<${element.localName}${id}>`;
	},

	// choose sets what people do not type: a choice, a date, a colour. It answers
	// whether the element is of that kind.
	choose(selector, value) {
		const element = this.find(selector);
		if (element.matches(":disabled, :read-only:not(select)")) throw new Error("it cannot be edited");
		const picked = ["color", "date", "datetime-local", "month", "range", "time", "week"];
		if (element.localName === "select") {
			const options = [...element.options];
			const option = options.find((o) => o.value === value) ?? options.find((o) => o.label === value);
			if (!option) throw new Error(`it has no option ${value}`);
			element.value = option.value;
		} else if (picked.includes(element.type)) {
			element.value = value;
		} else {
			return false;
		}
		element.dispatchEvent(new Event("input", { bubbles: true }));
		element.dispatchEvent(new Event("change", { bubbles: true }));
		return true;
	},

	// mark focuses a field and selects what is in it, to be typed over.
	mark(selector) {
		const element = this.find(selector);
		element.focus();
		if (element.select) element.select();
		else getSelection().selectAllChildren(element);
		return true;
	},
})
