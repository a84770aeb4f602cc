// Package batch makes many constructs of CDK in one call to Node.
//
// Constructs of CDK live in Node. A call there takes about a quarter of a millisecond, and a network has hundreds of rules. The package
// therefore brings a jsii module of its own, batch.js, which makes a list of L1 constructs at their places. The constructs are the same as
// if Go had made them one by one: typed, under the same paths, in the same order, with the same template. If Node cannot load the module,
// or if the environment variable TIERWALL_BATCH is "off", Go makes them one by one.
package batch
