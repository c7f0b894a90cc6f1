//! A server of a small schema, for the tests of the command line.

use onefold_tests::store::Store;

onefold::server!(Store, operations);
