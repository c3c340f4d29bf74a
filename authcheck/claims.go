package authcheck

// claims are the checks of addresses of which somebody only says that they are his.
var claims = []Check{
	{"signup-nothing-prepared", []string{"A22", "S129"}, Letters, signUpNothingPrepared,
		"Who signs up with the address of somebody else can prepare his account, or keep him from making it."},
	{"address-not-taken", []string{"A65", "S129"}, Letters, addressNotTaken,
		"Somebody adds an address that is another user's."},
	{"address-claim-blocks-nobody", []string{"A65", "S129"}, Letters, addressClaimBlocksNobody,
		"Who wants to add an address keeps its owner from making an account, or gets it afterwards."},
}

func signUpNothingPrepared(s *Site) {
	s.wantsOpen()
	victim, bad := s.address(), s.password()
	attacker := s.Browser()
	f := attacker.Go(s.Paths.SignUp).form("that asks for an e-mail", Email).fill(Email, victim).fillIf(NewPassword, bad)
	s.refused(attacker.Send(f))
	link := s.link(s.letter(victim, 1))
	good, own := s.password(), s.Browser()
	if p := s.completeWith(own, link, good); !p.redirects() || !own.connected() {
		failf("whose address it is cannot make his account: %v", p)
	}
	if attacker.connected() {
		failf("who signed up with the address of somebody else is logged in")
	}
	attacker.logIn(victim, bad)
	if attacker.connected() {
		failf("the password that somebody else has chosen logs in")
	}
}

func addressNotTaken(s *Site) {
	me, other := s.member(), s.member()
	me.askAddress(other.Address)
	s.delivered()
	for _, m := range s.lettersTo(other.Address)[1:] {
		for _, link := range s.secretLinks(m) {
			for _, b := range []*Browser{me.Browser, other.Browser} {
				if f := b.linkFormIf(link); f != nil {
					b.Send(f)
				}
			}
		}
	}
	s.apart(me, other)
}

// apart fails unless each of two users has his own account.
func (s *Site) apart(me, other *Member) {
	if me.shows(other.Address) {
		failf("a user has the address of another one")
	}
	if b := s.elsewhere(); b.accepts(other.Address, me.Password) {
		failf("the address of one user leads to the account of another")
	}
	if b := s.elsewhere(); !b.accepts(other.Address, other.Password) {
		failf("a user cannot log in any more")
	}
}

func addressClaimBlocksNobody(s *Site) {
	me, address := s.member(), s.address()
	link := me.addressLink(address)
	s.askSignUp(s.stranger(), address)
	owner, password := s.Browser(), s.password()
	if p := s.completeWith(owner, s.link(s.letter(address, 2)), password); !owner.connected() {
		failf("whose address it is cannot make an account: %v", p)
	}
	if f := me.linkFormIf(link); f != nil {
		me.Send(f)
	}
	s.apart(me, &Member{owner, address, password})
}
