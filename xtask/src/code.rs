//! Rules about Rust items: their names, their doc comments, and what tests may not do.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use crate::{
    Finding,
    tree::{RustFile, Tree, line_of},
};

/// Endings of type names that say nothing about the merchant's world.
const EMPTY_SUFFIXES: &[&str] = &["Service", "Manager", "Helper", "Helpers", "Util", "Utils"];

/// What `set` becomes another verb with: to set stock aside is not to set a field.
const PARTICLES: &[&str] = &["aside", "off", "up"];

/// Looks at every Rust file.
pub(crate) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    for file in &tree.rust {
        let mut visitor = Visitor { file, findings };
        visitor.visit_file(&file.syntax);
    }
}

struct Visitor<'a> {
    file: &'a RustFile,
    findings: &'a mut Vec<Finding>,
}

impl Visitor<'_> {
    fn report(&mut self, line: usize, message: String) {
        self.findings.push(Finding {
            file: self.file.path.clone(),
            line,
            message,
        });
    }

    fn name_of_type(&mut self, name: &syn::Ident) {
        let text = name.to_string();
        if let Some(suffix) = EMPTY_SUFFIXES.iter().find(|suffix| text.ends_with(**suffix)) {
            self.report(
                line_of(name),
                format!("`{text}`: a name that ends in {suffix} says nothing; name what it is or does"),
            );
        }
    }

    /// Types and functions. Fields and accessors must have doc comments too, but there the name often is all there is to say.
    fn documented(&mut self, name: &syn::Ident, attributes: &[syn::Attribute]) {
        let text: String = attributes.iter().filter_map(doc_text).collect::<Vec<_>>().join(" ");
        if !text.is_empty() && bare(&text) == bare(&name.to_string()) {
            self.report(
                line_of(name),
                format!("the doc comment of `{name}` repeats its name: say what the name does not"),
            );
        }
    }

    fn test_attributes(&mut self, attributes: &[syn::Attribute]) {
        for attribute in attributes {
            if attribute.path().is_ident("ignore") || attribute.path().is_ident("should_panic") {
                self.report(
                    line_of(attribute),
                    "no skipped tests and no tests that end in a panic: assert what happens".to_owned(),
                );
            }
        }
    }

    /// Calls inside macros, such as `assert!`, are tokens to us.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut before: Option<proc_macro2::Ident> = None;
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    before = Some(name);
                    continue;
                }
                TokenTree::Group(group) => {
                    if let Some(name) = before
                        .take()
                        .filter(|name| group.delimiter() == proc_macro2::Delimiter::Parenthesis && name == "sleep")
                    {
                        self.sleeping(name.span().start().line);
                    }
                    self.tokens(group.stream());
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            before = None;
        }
    }

    fn sleeping(&mut self, line: usize) {
        if self.file.is_test(line) {
            self.report(
                line,
                "tests do not sleep: advance the clock, or drain the jobs".to_owned(),
            );
        }
    }
}

impl<'ast> Visit<'ast> for Visitor<'_> {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.name_of_type(&item.ident);
        self.documented(&item.ident, &item.attrs);
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.name_of_type(&item.ident);
        self.documented(&item.ident, &item.attrs);
        visit::visit_item_enum(self, item);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.name_of_type(&item.ident);
        self.documented(&item.ident, &item.attrs);
        visit::visit_item_trait(self, item);
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.name_of_type(&item.ident);
        self.documented(&item.ident, &item.attrs);
        visit::visit_item_type(self, item);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.documented(&item.sig.ident, &item.attrs);
        self.test_attributes(&item.attrs);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        let is_accessor = item.sig.receiver().is_some() && item.sig.inputs.len() == 1;
        if !is_accessor {
            self.documented(&item.sig.ident, &item.attrs);
        }
        let changes_self = item
            .sig
            .receiver()
            .is_some_and(|receiver| receiver.mutability.is_some());
        let is_setter = item
            .sig
            .ident
            .to_string()
            .strip_prefix("set_")
            .is_some_and(|what| !PARTICLES.contains(&what));
        if changes_self && is_setter && !self.file.is_test(line_of(&item.sig.ident)) {
            let message = format!(
                "`{}` is a setter: make the field public, or name what happens",
                item.sig.ident
            );
            self.report(line_of(&item.sig.ident), message);
        }
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let syn::Expr::Path(path) = call.func.as_ref()
            && path
                .path
                .segments
                .last()
                .is_some_and(|segment| segment.ident == "sleep")
        {
            self.sleeping(line_of(call));
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.tokens(item.tokens.clone());
        visit::visit_macro(self, item);
    }
}

fn doc_text(attribute: &syn::Attribute) -> Option<String> {
    if !attribute.path().is_ident("doc") {
        return None;
    }
    match &attribute.meta.require_name_value().ok()?.value {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

/// The letters that matter: `The order's id.` and `orders_id` are one thing.
fn bare(text: &str) -> String {
    text.split(|character: char| !character.is_alphanumeric() && character != '\'')
        .filter(|word| !matches!(word.to_ascii_lowercase().as_str(), "a" | "an" | "the" | ""))
        .flat_map(|word| word.chars().filter(|character| character.is_alphanumeric()))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::sample;

    fn messages(path: &str, code: &str) -> Vec<String> {
        let mut findings = Vec::new();
        check(&sample(&[(path, code)]), &mut findings);
        findings
            .iter()
            .map(|finding| format!("{} {}", finding.line, finding.message))
            .collect()
    }

    #[test]
    fn each_habit_is_found_with_its_line() {
        for (code, expected) in [
            ("struct OrderService;", "1 `OrderService`"),
            ("\n/// The order.\nstruct Order;", "3 the doc comment"),
            (
                "impl A {\n /// The total amount.\n fn total_amount(lines: &[Line]) {} }",
                "3 the doc comment",
            ),
            ("impl A { fn set_total(&mut self, to: i64) {} }", "1 `set_total`"),
            ("#[test]\n#[ignore]\nfn a() {}", "2 no skipped"),
            (
                "#[cfg(test)]\nmod tests {\n fn a() { tokio::time::sleep(one_second); } }",
                "3 tests do not sleep",
            ),
            (
                "#[cfg(test)]\nmod tests {\n fn a() { assert!(b(sleep(1))); } }",
                "3 tests do not sleep",
            ),
        ] {
            let found = messages("domains/orders/src/a.rs", code);
            assert!(
                found.len() == 1 && found.iter().all(|line| line.starts_with(expected)),
                "{code}: {found:?}"
            );
        }
    }

    #[test]
    fn good_code_passes() {
        let code = "/// One purchase.\nstruct Order { /** What the shopper pays. */ total: i64 }\n\
             async fn set_levels(ctx: &mut Ctx) { tokio::time::sleep(pause).await }\n\
             impl Stock { fn set_aside(&mut self, count: i64) {} }";
        assert_eq!(messages("domains/orders/src/a.rs", code), Vec::<String>::new());
    }
}
