package session

// Scope says what a reference's value belongs to. What depends on the login is dropped when its session
// closes; what is user-independent stays when the user logs out.
//
// How long values last, and how much there may be. What is in Options can be changed there.
//
//	in memory, for a Ref
//	    1 hour     after its last use, unless an open tab keeps it     Options.Forget
//	    100,000    places a node that remember something; above that   Options.States
//	               goes what was unused longest and no tab keeps
//	    60 s       what a closed tab leaves for its next document
//	    60 s       what a document leaves for its tab; so do at most
//	               10,000 documents a node, in 16 MiB
//
//	stored, for a StoredRef of PerBrowser, PerUser or PerBrowserUserIndep
//	    64 KiB     the JSON of a value                                 Options.StoredBytes
//	    400 days   unwritten: what is of no session and no user
//
// What PerUser has stored stays until it is unset, or the site forgets the user (pgstore.ForgetUsers). A value that
// belongs to a login goes with it, and nobody's with the next log-in, before its time.
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

// String is the scope's name.
func (s Scope) String() string {
	names := []string{"PerRequest", "PerTab", "PerBrowser", "PerUser", "PerTabUserIndep", "PerBrowserUserIndep"}
	if s < 0 || int(s) >= len(names) {
		return "no scope"
	}
	return names[s]
}

// userIndep reports whether values of this scope belong to no login.
func (s Scope) userIndep() bool { return s == PerTabUserIndep || s == PerBrowserUserIndep }

// state returns what the request's scope remembers. Where there is nothing yet a reader gets nil, and a
// writer gets a new state. A request whose session has ended reads nothing of it any more, and what it
// still writes is lost with it.
func (r *request) state(scope Scope, write bool) *state {
	if scope == PerRequest {
		return r.ownState()
	}
	r.mu.Lock()
	record, closed := r.record, r.closed
	r.mu.Unlock()
	if closed && !scope.userIndep() {
		return &state{}
	}
	if r.tab == nil && (scope == PerTab || scope == PerTabUserIndep) {
		return r.draftState(scope, write)
	}
	return r.m.memory.at(r.place(scope, record), write)
}

func (r *request) place(scope Scope, record *Record) place {
	switch {
	case scope == PerTab:
		return atTab(r.tab, record.ID)
	case scope == PerTabUserIndep:
		return atTabIndep(r.tab.browser, r.tab.id)
	case scope == PerBrowserUserIndep:
		return atBrowserIndep(r.browser)
	case scope == PerUser && record.User != 0:
		return atUser(record.User)
	case record.ID == 0:
		return atBrowser(r.browser)
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
