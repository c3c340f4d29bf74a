package browsertest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Upload chooses files, at least one, in a file input, in place of those chosen
// before. The input may be invisible, as one behind a prettier label is. The page
// hears input and change.
func (tab *Tab) Upload(selector string, files ...string) {
	tab.browser.t.Helper()
	if len(files) == 0 {
		tab.must(errors.New("no files to be given to " + selector)) // Chromium would do nothing
	}
	paths := make([]string, len(files))
	for i, file := range files {
		path, err := filepath.Abs(file)
		if err == nil {
			_, err = os.Stat(path) // Chromium takes a missing file for an empty one
		}
		tab.must(err)
		paths[i] = path
	}
	tab.must(tab.await(selector+" to be given files", func(ctx context.Context) error {
		return tab.upload(ctx, selector, paths)
	}))
}

func (tab *Tab) upload(ctx context.Context, selector string, paths []string) error {
	expression, err := expression("files", selector, strconv.Itoa(len(paths)))
	if err != nil {
		return err
	}
	input, err := chromedp.Call(ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: expression})
	if err != nil {
		return err
	}
	if thrown := input.ExceptionDetails; thrown != nil {
		return errors.New(exception(thrown))
	}
	chosen := dom.SetFileInputFilesParams{Files: paths, ObjectID: input.Result.ObjectID}
	_, err = chromedp.Call(ctx, dom.SetFileInputFiles, chosen)
	return err
}
