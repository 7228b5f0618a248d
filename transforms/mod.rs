//! The catalogue: what hintwright can propose, one folder for each transform.
//!
//! A folder holds the code, the page that `hintwright explain` prints, cases in which it proposes something and cases
//! in which it must not. A transform only words what inference has solved: it decides nothing about types.

mod named_result;
mod named_tuple;
mod new_type;
mod protocol;
mod signature;
mod subject;
mod tuple_alias;
mod type_comment;
mod type_variable;
mod typed_dict;

use crate::proposal::Transform;

/// All transforms, in the order in which they are listed and run.
pub static CATALOGUE: &[&dyn Transform] = &[
    &signature::Signature,
    &type_comment::TypeComment,
    &typed_dict::TypedDict,
    &named_tuple::NamedTuple,
    &named_result::NamedResult,
    &tuple_alias::TupleAlias,
    &new_type::NewType,
    &protocol::Protocol,
    &type_variable::TypeVariables,
];

/// The transform with this name, as a folder (`typed_dict`) or a command line (`typed-dict`) writes it.
pub fn find(name: &str) -> Option<&'static dyn Transform> {
    CATALOGUE.iter().copied().find(|transform| transform.name() == name.replace('-', "_"))
}
