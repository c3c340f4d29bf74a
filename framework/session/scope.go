package session

// Scope says what a reference's value belongs to. What depends on the login is dropped when its session
// closes; what is user-independent stays when the user logs out.
type Scope int

const (
	// PerRequest is one value for each page, form or server function. (Ocsigen: request_scope.)
	PerRequest Scope = iota

	// PerTab is one value for each client process and login. (Ocsigen: default_process_scope.)
	PerTab

	// PerBrowser is one value for each session; with nobody connected, for each browser.
	// (Ocsigen: default_session_scope.)
	PerBrowser

	// PerUser is one value for each user, in all his browsers, also after his last session; with nobody
	// connected it acts as PerBrowser. (Ocsigen: default_group_scope.)
	PerUser

	// PerTabUserIndep is one value for each tab, whoever is connected. It follows the tab through
	// restarts, reloads and links. (Ocsigen: user_indep_process_scope.)
	PerTabUserIndep

	// PerBrowserUserIndep is one value for each browser, whoever is connected.
	// (Ocsigen: user_indep_session_scope.)
	PerBrowserUserIndep
)

// state returns what the request's scope remembers. Where there is nothing yet a reader gets nil, and a
// writer gets a new state. A request whose session has ended reads nothing of it any more, and what it
// still writes is lost with it.
func (r *request) state(scope Scope, write bool) *state {
	if scope == PerRequest {
		return r.own
	}
	r.mu.Lock()
	record, closed := r.record, r.closed
	r.mu.Unlock()
	if closed && scope != PerTabUserIndep && scope != PerBrowserUserIndep {
		return &state{}
	}
	if r.tab == nil && (scope == PerTab || scope == PerTabUserIndep) {
		return r.draftState(scope, write)
	}
	return r.m.memory.at(r.place(scope, record), write)
}

func (r *request) place(scope Scope, record Record) place {
	switch {
	case scope == PerTab:
		return atTab(r.tab, record.ID)
	case scope == PerTabUserIndep:
		return atTabIndep(r.tab.browser, r.tab.id)
	case scope == PerBrowserUserIndep:
		return atBrowserIndep(r.browser)
	case record.ID == 0:
		return atBrowser(r.browser)
	case scope == PerUser:
		return atUser(record.User)
	default:
		return atSession(record)
	}
}

// draftState is the state of the tab that a document is going to be.
func (r *request) draftState(scope Scope, write bool) *state {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.draft == nil {
		if !write {
			return nil
		}
		r.draft = &draft{nonce: r.nonceLocked(), browser: r.browser}
		r.m.drafts.add(r.draft)
	}
	if scope == PerTab {
		return &r.draft.tab
	}
	return &r.draft.indep
}
