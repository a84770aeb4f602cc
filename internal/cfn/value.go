package cfn

import "net/netip"

// Kind says what a Value is.
type Kind int

// The kinds. The zero Kind is Missing.
const (
	Missing   Kind = iota // there is no such property, or it is AWS::NoValue
	Text                  // a string, number or boolean: CloudFormation takes one for the other
	List                  // an array
	Map                   // an object
	Reference             // a resource of the assembly, by Ref, or an attribute of one, by Fn::GetAtt
	Symbol                // a value that only a deployment knows, under a stable name
	Choice                // Fn::If on a condition that only a deployment knows
)

// Value is a property as far as it can be known without a deployment. Values are not changed after a template is read.
type Value struct {
	Kind Kind
	// Text is the literal of a Text, the stable name of a Symbol, the name of a Choice's condition, the attribute of a
	// Reference ("" for Ref).
	Text string
	// Items are the elements of a List, or both outcomes of a Choice: if it holds, if not.
	Items []Value
	// Fields are the properties of a Map.
	Fields map[string]Value
	// Resource is what a Reference refers to.
	Resource *Resource
	// Block is set on a Symbol that is one block of a range known at deployment: Fn::Select of Fn::Cidr.
	Block *Block
	// Line is where it stands in its template, 0 if that is not known.
	Line int
}

// Block is a part of a symbolic range of addresses.
type Block struct {
	// Base is the stable name of the range: "Shop/Vpc.CidrBlock".
	Base string
	// Prefix is the part, as if the range started at 0.0.0.0 or ::.
	Prefix netip.Prefix
}
