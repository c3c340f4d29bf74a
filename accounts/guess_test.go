package accounts

import (
	"errors"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// about is what a guesser knows of the user in these tests.
var about = []string{"ada.lovelace@analytical-engine.example", "Augusta Ada King", "Ocsigo Start"}

// soonGuessed are passwords of twelve characters and more, one a line, with what is said of them.
var soonGuessed = []struct {
	why       error
	passwords string
}{
	{ErrRepeats, `
aaaaaaaaaaaa
AAAAAAAAAAAAAAAA
zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz
aAaAaAaAaAaAaA
xyxyxyxyxyxyxy
bqkbqkbqkbqk
hdhdhdhd hdhdhdhd
!!!!!!!!!!!!
????!!!!????!!!!
............
- - - - - - -
###############
ßßßßßßßßßßßß
éééééééééééé
mnbmnbmnbmnb
hahahahahaha
lolololololol
kkkkkkkkkkkk!
x x x x x x x x
gggggghhhhhh
wwwwwwwwwwww1
ああああああああああああ
😀😀😀😀😀😀😀😀😀😀😀😀
pqpqpqpqpqpqpqpqpq
jfkjfkjfkjfk
zebu zebu zebu zebu
abc123abc123x
ocsigo ocsigo ocsigo
rootrootroot1
madrid madrid madrid
gravellevarg
gravel levarg
kettle-elttek
plinthhtnilpp
hqvzkwwkzvqh
`},
	{ErrInARow, `
qwertyuiopas
qwertyuiop[]
QwertyUiopAsdf
poiuytrewq12
qwertzuiopas
azertyuiopqs
asdfghjkl;'z
asdfghjklqwe
zxcvbnm,./as
mnbvcxzlkjhgfdsa
1234567890qwerty
qwerty123456
qwerty123456!
abcdefghijkl
abcdefgh1234
zyxwvutsrqpo
lkjihgfedcba
aabbccddeeff
a.b.c.d.e.f.g
a b c d e f g h
1qaz2wsx3edc
1qaz2wsx3edc4rfv
1qaz2wsx3edc4rfv5tgb
!QAZ2wsx3edc
qazwsxedcrfv
zaqxswcdevfr
zaq12wsxcde3
1q2w3e4r5t6y
q1w2e3r4t5y6
qweasdzxcqwe
qwe123asd456
abcd1234efgh
йцукенгшщзхъ
фывапролджэя
абвгдежзийкл
αβγδεζηθικλμ
pyfgcrlaoeui
!@#$%^&*()_+
a1b2c3d4e5f6
qawsedrftgyh
123456789012
123456789123
0987654321098
098765432109
111222333444
1234567890123456789012345678901234567890
012345678901
1a2s3d4f5g6h
z1x2c3v4b5n6
qpwoeirutyal
qpalzmwosknx
azsxdcfvgbhn
0okm9ijn8uhb
plokmijnuhby
mko09ijnbhu8
&é"'(-è_çà)=
!!@@##$$%%^^
١٢٣٤٥٦٧٨٩٠١٢
१२३४५६७८९०१२
741852963741
147258369147
112233445566
`},
	{ErrNumbers, `
198519851987
19851986198719
14021987 1990
14.02.1987 1990
2024-12-24-2025
24121985-0815
830274619503
004915127384
199019911992
1987/03/28 2031
274-830-619-5
`},
	{ErrOwnWords, `
ada.lovelace@analytical-engine.example
ada.lovelace
adalovelace1
AdaLovelace1815!
adalovelace2024
lovelaceada1
ecalevol.ada
@d4l0v3l4c3!
lovelace-lovelace
lovelace 1815 !
AugustaAdaKing
augusta.ada.king
augusta king 1
analytical-engine
analyticalengine1
Analytical-Engine.example
ocsigo-start
OcsigoStart1
ocsigostart2026!
0cs1g0 st4rt
tratsogisco1
`},
	{ErrCommonWords, `
password1234
password123456
Password2024!
passwordpassword
P4ssw0rd-2024!
P@$$w0rd1234
pa$$word2024
drowssap1234
p a s s w o r d 1 2
p-a-s-s-w-o-r-d-12
ppaasssswwoorrdd
passsswwwwordddd
mypassword!!
thisismypassword
thisisapassword
newpassword1
passwort1234
Passwort2024
motdepasse12
MotDePasse2025!
contraseña12
contrasena2024
wachtwoord12
wachtwoord2024!
palavrapasse
adgangskode1
salasana2024
lozinka12345
Пароль2024!!
пароль пароль
letmein12345
letmeinplease
welcome12345
Welcome2024!
willkommen24
Bienvenue2024
changeme2024
changemeplease
administrator
administrator1
Admin-Admin-1
adminpassword
administrator2024!
superadmin12
iloveyou1234
iloveyouforever
I love you 2024!
jetaime12345
ichliebedich
teamo siempre
dragonmonkey
DragonMonkeyShadow2024
sunshine2024
princess1234
football2024
Liverpool1892
barcelona2024
superman1234
batmanbatman1
starwars1977
spiderman2024
pokemon12345
trustno1trustno1
january2024!
Januar2024!!
januaryfebruarymarch2024
summer2024!!
Sommer2024!!
Summer 2024 !
Winter2024Summer2025
summerwinter
spring.summer.autumn
MondayTuesday
mondaytuesdaywednesday
montagdienstag
14february1990
weihnachten24
christmas2024
halloween2023
christopher1
elizabeth1990
alexander2024
michelle1985
jennifer1234
basketball23
volleyball12
butterfly123
butterfly2000
elephant2024
chocolate123
chocolate2024
strawberry12
computer1234
minecraft2024
hellokitty12
harrypotter7
harrypotter2001
championsleague1
champions2024
bluegreenred
onetwothreefour
helloworld12
Hello, world 1
internet2024
microsoft2024
manchester12
deutschland1
correcthorsebatterystaple
correct horse battery staple
Correct-Horse-Battery-Staple
tobeornottobe1
sister brother
secret secret 1
ｐａｓｓｗｏｒｄ１２３４
pässwörd 2024
p1a2s3s4w5o6r7d8
Password٢٠٢٤
valentina123
Valentina1990!
VALENTINA_90!
12valentina34
geburtstag2024
photography1
балалайка123
gravel830274
unbelievable
Congratulations
international1
supercalifragilisticexpialidocious
Donaudampfschifffahrt
cristianoronaldo7
mychemicalromance
`},
}

// hardToGuess are passwords that nothing may be said against, one a line.
const hardToGuess = `
qzmvtkhwplnrxdgbcjyf
ofkdbzewrqxvnmaujtlc
vbnqwhtzgxkdlpjmrfyo
hqvzkwtnpmxr
wkzpqhvtrnxm
k7#Vq9!zPw2x
Tz4!mQ8w&Lc1
x9Kf2Lp7Qz4W
4fG7kQ1zR8mB
)kE3%nV6^bX0
pQ7-wZ2_rT5+
Zw9{hK4}mN1~
gravel hums under violins
tractor pillow cobalt fjord
lantern gossip marble ferry
correct stapler horse magnet
violin.tundra.copper.ladder
gazebo-plinth-walnut-kettle
KettleTundraOboeWrench
tundrakettlewrenchoboe
dragon lantern seventeen oboe
summer tractor gossip plinth
monkey cathedral umbrella socks
tiger coffee wizard pumpkin
password lantern gossip plinth
my cat eats the curtains
the owl forgot its umbrella
I bought nine wet carpets!
when do the buses sing?
der Nachbar backt heute Ziegel
Öl auf kaltem Wasser schwimmt
le facteur mange des horloges
la lluvia cuenta zapatos viejos
il gatto legge romanzi russi
мой сосед кормит трамвай
η γάτα διαβάζει εφημερίδα
猫は窓の外の電車を数えている
我家的椅子会唱很老的歌谣吗
나의 의자는 오래된 노래를 부른다
القطة تعد القطارات البعيدة
  spaces in front and behind  
twelve mauve ships
password x7 kq zw vh
Summer-gq7w-vxk2
rT9 1987 kq zv wx
lovelace kq7zvw2xmh
ocsigo gravel violin tundra
augusta buys wet carpets
2024 gravel violins hum
12 gravel violins hum 34
83027461950371846205
correct wrench battery magnet
abc gravel violins xyz
qwerty gravel violins hum
flugzeugtraegerkapitaen
zonnebloemolieflesje
jabuticaba quindim
xylophonquartett
Kj!8sPq2Lw@5
m0nt3zuma sinks b0ats
otter.otter.lamp.plinth
umbrella$gazebo$walnut
nine carpets, two owls
tr0ub4dor gazebo plinth
wet_carpet_owls_sing
fjordkobaltpillow
eat more plinths daily
gravel83027461
83027 gravel 46195
gravel1!plinth
kqzvTnwpmx12
did Anna see the kayak
`

func TestSoonGuessed(t *testing.T) {
	for _, group := range soonGuessed {
		for password := range onePerLine(group.passwords) {
			if err := CheckPassword(password, about...); err != group.why {
				t.Errorf("%q: %v; want %v", password, err, group.why)
			}
		}
	}
}

func TestHardToGuess(t *testing.T) {
	for password := range onePerLine(hardToGuess) {
		if err := CheckPassword(password, about...); err != nil {
			t.Errorf("%q: %v", password, err)
		}
	}
}

// What is about the user is known to no guesser of others.
func TestOwnWordsAreOnlyTheUsers(t *testing.T) {
	for _, password := range []string{"lovelace kq7zw!", "analytical-engine", "ada.lovelace@analytical-engine.example"} {
		if err := CheckPassword(password); err != nil {
			t.Errorf("%q: %v", password, err)
		}
		if err := CheckPassword(password, about...); err != ErrOwnWords {
			t.Errorf("%q: %v, for the user whose words these are", password, err)
		}
	}
}

// Who lets a program choose is not told to choose again: in most alphabets hardly ever, in one of 26 letters seldom.
func TestRandomPasswordsPass(t *testing.T) {
	const tries = 1000
	for _, test := range []struct {
		alphabet string
		length   int
		refused  int // of 1000, at most
	}{
		{lowerCase, 20, 0},
		{lowerCase, 16, 0},
		{lowerCase, 12, 20},
		{lowerCase + "0123456789", 12, 20},
		{lowerCase + upperCase + "0123456789", 12, 4},
		{lowerCase + upperCase + "0123456789" + "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~", 12, 4},
		{lowerCase + upperCase + "0123456789" + "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~", 16, 0},
		{"0123456789", 24, 4},
	} {
		seed := uint64(test.length)
		random := rand.New(rand.NewPCG(seed, 1))
		var refused []string
		for range tries {
			password := make([]byte, test.length)
			for i := range password {
				password[i] = test.alphabet[random.IntN(len(test.alphabet))]
			}
			if CheckPassword(string(password), about...) != nil {
				refused = append(refused, string(password))
			}
		}
		if len(refused) > test.refused {
			t.Errorf("seed %d: of %d passwords of %d characters %d were refused: %q",
				seed, tries, test.length, len(refused), refused[:min(10, len(refused))])
		}
	}
}

const (
	lowerCase = "abcdefghijklmnopqrstuvwxyz"
	upperCase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// Every word of the list is found, alone and disguised.
func TestGuessedWords(t *testing.T) {
	words := 0
	for line := range strings.Lines(guessedText) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		if fields[0] != "2" && fields[0] != "3" {
			t.Errorf("this line begins with no number of units: %s", line)
		}
		for _, word := range fields[1:] {
			words++
			if len([]rune(word)) < wordMin || strings.ToLower(word) != word {
				t.Errorf("%q is too short, or has capitals", word)
			}
			if err := CheckPassword(strings.ToUpper(word) + "!2024-12345678"); !guessedSoon(err) {
				t.Errorf("%q with a year and a number: %v", word, err)
			}
		}
	}
	if words < 500 {
		t.Errorf("the list has %d words", words)
	}
}

func guessedSoon(err error) bool {
	field, ok := errors.AsType[FieldError](err)
	return ok && strings.Contains(field.Message, instead)
}

// FuzzCheckPassword: whatever is typed gets an answer in words, the same one in the other form of Unicode, and what a
// password says twice makes it no better than the limit allows.
func FuzzCheckPassword(f *testing.F) {
	for _, group := range soonGuessed {
		for password := range onePerLine(group.passwords) {
			f.Add(password, "ada@example.com")
		}
	}
	for password := range onePerLine(hardToGuess) {
		f.Add(password, "")
	}
	for _, text := range []string{"a", "1", "aA", "ab", "12345", "e\u0301", "!\"§", "@4a", "\xff", "\x00", "1qaz2wsx"} {
		f.Add(strings.Repeat(text, passwordBytes/len(text)), text+"@"+text)
	}
	f.Fuzz(func(t *testing.T, password, about string) {
		err := CheckPassword(password, about)
		if field, ok := errors.AsType[FieldError](err); err != nil && (!ok || field.Field != "password" || field.Message == "") {
			t.Fatalf("CheckPassword(%q): %v", password, err)
		}
		if !utf8.ValidString(password) || len(password) > passwordBytes/4 {
			return
		}
		if again := CheckPassword(norm.NFD.String(password), about); again != err {
			t.Errorf("CheckPassword(%q): %v, but decomposed: %v", password, err, again)
		}
		if again := CheckPassword(strings.ToUpper(password), about); guessedSoon(err) && len(password) == len([]rune(password)) && again != err {
			t.Errorf("CheckPassword(%q): %v, but in capitals: %v", password, err, again)
		}
	})
}

// The longest passwords that take the most time.
func BenchmarkCheckPassword(b *testing.B) {
	for name, password := range map[string]string{
		"one letter":   strings.Repeat("a", passwordBytes),
		"two letters":  strings.Repeat("ab", passwordBytes/2),
		"digits":       strings.Repeat("1234567890", passwordBytes/10),
		"lookalikes":   strings.Repeat("@$3!", passwordBytes/4),
		"four words":   "gravel hums under violins",
		"three digits": strings.Repeat("012", passwordBytes/3),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				CheckPassword(password, about...)
			}
		})
	}
}

// onePerLine are the lines of a text that begins and ends with a line break.
func onePerLine(text string) iter.Seq[string] {
	return strings.SplitSeq(strings.Trim(text, "\n"), "\n")
}
