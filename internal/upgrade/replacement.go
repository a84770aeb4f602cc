package upgrade

import "fmt"

// replacements finds resources that are made anew and whose replacement cuts traffic.
func (u *update) replacements() {
	for _, now := range sorted(u.after) {
		property, k := u.replaced[now], kinds[now.Type]
		if property == "" || k.harm == "" {
			continue
		}
		rule, fix := "replaced", fmt.Sprintf("leave %s as it was; or deploy twice: first the new one beside it, under a logical id of its own, and everything that uses it moved there; then remove the old one", property)
		if now.Type == "AWS::EC2::SecurityGroup" {
			rule = "group-replaced"
			fix = fmt.Sprintf("leave %s as it was; or deploy twice: first a second group with the same rules, which everything that has this one gets beside it; then remove this one", property)
		}
		u.add(now, rule, "it is replaced", fmt.Sprintf("its %s changes from %s to %s, which CloudFormation cannot update: %s",
			property, show(u.old(now).Get(property)), show(now.Get(property)), k.harm), fix, u.old(now))
	}
}
