package tiers

// DataClass is what a tier holds, as text: one class, or several with commas between them, as in "cardholder,personal". A class is one of
// the constants below, or a label of your own of 1 to 40 lower-case letters, digits and hyphens, such as "health". Any other text is an
// error at synthesis.
type DataClass string

// The classes that the built-in policies know. Labels of your own have no order among them: only Public is less than they are.
const (
	Cardholder DataClass = "cardholder" // account data of payment cards, as PCI DSS defines it
	Personal   DataClass = "personal"   // data about people; a tier with cardholder or secret data may hold it too
	Secret     DataClass = "secret"     // keys, passwords and business secrets
	Public     DataClass = "public"     // what everybody may read; no policy protects it
)
