package wiring

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// operand puts a value that may be a CDK token into the model's words. A token's own spelling changes from run to run; its
// symbol is the construct it refers to.
func (n *Network) operand(text string) arch.Operand {
	if !arch.IsToken(text) {
		return arch.Operand{Text: text}
	}
	if n.symbols == nil {
		n.symbols, n.tokens = map[string]string{}, map[string]string{}
	}
	symbol, ok := n.symbols[text]
	if !ok {
		symbol = n.symbolOf(text)
		n.symbols[text] = symbol
		n.tokens[symbol] = text
	}
	return arch.Operand{Text: symbol, Symbolic: true}
}

// symbolOf names what a token refers to: "Base/Group/Resource.GroupId", or the resolved expression where it is more than
// one reference.
func (n *Network) symbolOf(token string) string {
	if ref := reference(token); ref != nil {
		return *ref.Target().Node().Path() + "." + *ref.DisplayName()
	}
	text, err := json.Marshal(awscdk.Stack_Of(n.self).Resolve(&token))
	if err != nil {
		return strings.ToValidUTF8(err.Error(), "")
	}
	return string(text)
}

// pseudoParameter returns the pseudo parameter that a symbol stands for, "AWS::Region"; false if the symbol stands for something else.
func pseudoParameter(symbol string) (name string, ok bool) {
	var expression struct{ Ref string }
	err := json.Unmarshal([]byte(symbol), &expression)
	return expression.Ref, err == nil && strings.HasPrefix(expression.Ref, "AWS::")
}

// reference returns what a token refers to, nil if it is more or less than one reference.
func reference(token string) awscdk.Reference {
	if !arch.IsToken(token) {
		return nil
	}
	fragments := awscdk.Tokenization_ReverseString(&token)
	if *fragments.Length() != 1 {
		return nil
	}
	first := fragments.FirstToken()
	if first == nil || !*awscdk.Reference_IsReference(first) {
		return nil
	}
	var ref awscdk.Reference
	jsii.UnsafeCast(first, &ref)
	return ref
}

// literal is the value to emit for an operand: itself, the token behind a symbol, or a part of the VPC's range.
func (n *Network) literal(o arch.Operand) *string {
	if !o.Symbolic {
		return new(o.Text)
	}
	if token, ok := n.tokens[o.Text]; ok {
		return &token
	}
	part, ok := address.PartOf(n.plan.Model, o)
	if !ok {
		panic(fmt.Errorf("nothing is known of the operand %q", o.Text)) // Recovered in Visit.
	}
	return n.part(part)
}

// part is a part of the VPC's range of IPv4 addresses that only a deployment knows.
func (n *Network) part(p address.Part) *string {
	if p.Bits == n.plan.Model.Network.Bits {
		return n.vpc.VpcCidrBlock()
	}
	return awscdk.Fn_Select(new(float64(p.Index)),
		awscdk.Fn_Cidr(n.vpc.VpcCidrBlock(), new(float64(p.Index+1)), new(strconv.Itoa(32-p.Bits))))
}

// part6 is a part of the /56 that Amazon gives the VPC.
func (n *Network) part6(p address.Part) *string {
	if p.Bits == 56 {
		return n.own.ipv6Range
	}
	return awscdk.Fn_Select(new(float64(p.Index)),
		awscdk.Fn_Cidr(n.own.ipv6Range, new(float64(p.Index+1)), new(strconv.Itoa(128-p.Bits))))
}
