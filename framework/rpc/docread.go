package rpc

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

type docReader struct {
	files *token.FileSet
	docs  Docs
}

// read takes all that one file says.
func (r docReader) read(root, module, name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	file, err := parser.ParseFile(r.files, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	absolute, err := filepath.Abs(name)
	if err != nil {
		return err
	}
	folder, err := filepath.Rel(root, filepath.Dir(absolute))
	if err != nil {
		return err
	}
	pkg := path.Join(module, filepath.ToSlash(folder))
	if file.Name.Name == "main" {
		pkg = "main" // as the runtime and reflect have it
	}
	for _, declaration := range file.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			note(r.docs.functions, pkg+"."+receiver(d)+d.Name.Name, d.Doc)
		case *ast.GenDecl:
			r.readTypes(pkg, d)
		}
	}
	r.readRegistrations(file, text)
	return nil
}

// note keeps the first comment of several.
func note(docs map[string]string, key string, comment *ast.CommentGroup) {
	if doc := strings.TrimSpace(comment.Text()); doc != "" && docs[key] == "" {
		docs[key] = doc
	}
}

// receiver answers how the runtime writes a method's: (*App).
func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return ""
	}
	name := baseName(f.Recv.List[0].Type)
	if _, pointer := f.Recv.List[0].Type.(*ast.StarExpr); pointer {
		return "(*" + name + ")."
	}
	return name + "."
}

// baseName is a type's name without its parameters.
func baseName(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.Ident:
		return t.Name
	case *ast.IndexExpr:
		return baseName(t.X)
	case *ast.IndexListExpr:
		return baseName(t.X)
	case *ast.StarExpr:
		return baseName(t.X)
	case *ast.SelectorExpr:
		return t.Sel.Name
	}
	return ""
}

func (r docReader) readTypes(pkg string, d *ast.GenDecl) {
	for _, spec := range d.Specs {
		t, ok := spec.(*ast.TypeSpec)
		if !ok {
			continue
		}
		key := pkg + "." + t.Name.Name
		doc := t.Doc
		if doc == nil && !d.Lparen.IsValid() {
			doc = d.Doc // of a declaration without brackets
		}
		note(r.docs.types, key, doc)
		structure, ok := t.Type.(*ast.StructType)
		if !ok {
			continue
		}
		for _, f := range structure.Fields.List {
			for _, name := range fieldNames(f) {
				note(r.docs.fields, key+"."+name, f.Doc)
				note(r.docs.fields, key+"."+name, f.Comment)
			}
		}
	}
}

func fieldNames(f *ast.Field) (names []string) {
	for _, name := range f.Names {
		names = append(names, name.Name)
	}
	if len(names) == 0 { // embedded
		names = []string{baseName(f.Type)}
	}
	return names
}

// registrations are the functions whose second argument is a name.
var registrations = []string{
	"Connected", "Opt", "Handle", "ConnectedStream", "OptStream", "HandleStream", "NewEvent", "NewTopic", "NewPresence",
}

// readRegistrations takes the comment above each line on which a name is registered.
func (r docReader) readRegistrations(file *ast.File, text []byte) {
	above := r.above(file, text)
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) < 2 || !slices.Contains(registrations, baseName(call.Fun)) {
			return true
		}
		if literal, ok := call.Args[1].(*ast.BasicLit); ok && literal.Kind == token.STRING {
			name, _ := strconv.Unquote(literal.Value) // the parser has accepted it
			note(r.docs.names, name, above[r.files.Position(call.Pos()).Line-1])
		}
		return true
	})
}

// above are the comments that have their lines for themselves, by the last of these.
func (r docReader) above(file *ast.File, text []byte) map[int]*ast.CommentGroup {
	above := map[int]*ast.CommentGroup{}
	for _, comment := range file.Comments {
		start := r.files.Position(comment.Pos())
		before := text[start.Offset-(start.Column-1) : start.Offset]
		if len(bytes.TrimSpace(before)) == 0 {
			above[r.files.Position(comment.End()).Line] = comment
		}
	}
	return above
}
