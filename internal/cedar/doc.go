// Package cedar writes the policies of AWS Verified Access, in the language Cedar: who may reach one application, as groups of people and
// prefixes of paths. It must not know the CDK, networks or tiers.
//
// The rules that keep a mistake from letting somebody in:
//
//   - A policy has permit statements only. Cedar skips a statement whose evaluation fails, so a missing claim or one of another type lets
//     nobody in. A forbid statement that fails would keep nobody out.
//   - Each attribute is tested with "has" before it is used.
//   - The scope stays (principal, action, resource), as AWS requires for Verified Access.
//   - The text consists of the operators has, ==, like, contains, &&, || and ! alone.
//   - No text of a user reaches the policy unless it is checked or escaped. Policies are never read, only written.
package cedar
