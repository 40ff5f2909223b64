//go:build tools

// Package programs pins what the tests build: an API server of Kubernetes and the database below it.
package programs

import (
	_ "go.etcd.io/etcd/server/v3/etcdmain"
	_ "k8s.io/kubernetes/cmd/kube-apiserver/app"
)
