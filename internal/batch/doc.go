// Package batch does in one call to Node what would take many: it makes constructs, and asks about them.
//
// Constructs of CDK live in Node. A call there takes about a quarter of a millisecond, and a network has hundreds of rules. The package
// therefore brings a jsii module of its own, batch.js, which makes a list of L1 constructs at their places, makes subnets and the groups of
// tiers, and says where a construct is. The constructs are the same as if Go had made them one by one: typed, under the same paths, in the
// same order, with the same template. If Node cannot load the module, or if the environment variable TIERWALL_BATCH is "off", Go makes them
// one by one.
package batch
