//! What a template that somebody wrote at the desk may say. It is read before it runs, and only what is known to stay small
//! passes: no names for values of its own, no arithmetic, no lists but of constants, loops at most two deep with little text
//! in them. So it cannot grow anything faster than fuel and the limit on what is written stop it.

use minijinja::machinery::{
    Span,
    ast::{BinOpKind, CallArg, Expr, Stmt},
};

/// Filters whose answer is no longer than what they get, or is escaped once.
const FILTERS: &[&str] = &[
    "capitalize",
    "d",
    "default",
    "e",
    "escape",
    "first",
    "items",
    "last",
    "length",
    "lower",
    "title",
    "trim",
    "upper",
];
const TESTS: &[&str] = &["defined", "even", "none", "odd", "undefined"];
/// How deep loops stand in each other at most.
const DEEPEST_LOOP: usize = 2;
/// How many bytes of text may stand in loops.
const MOST_TEXT_IN_LOOPS: usize = 4_096;

/// Something that may not be said, and where.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) line: usize,
    pub(super) what: String,
}

fn refuse<T>(at: Span, what: impl Into<String>) -> Result<T, Refused> {
    Err(Refused {
        line: usize::from(at.start_line),
        what: what.into(),
    })
}

/// Looks through a template. What it extends or imports lies in that folder of the theme.
pub(super) fn check(template: &Stmt<'_>, folder: &str) -> Result<(), Refused> {
    let mut fence = Fence {
        folder,
        macros: Vec::new(),
        loops: 0,
        text_in_loops: 0,
    };
    fence.statement(template)
}

struct Fence<'a> {
    folder: &'a str,
    /// Macros of the theme that were imported, by the names they have here.
    macros: Vec<&'a str>,
    loops: usize,
    text_in_loops: usize,
}

impl<'a> Fence<'a> {
    fn statements(&mut self, statements: &[Stmt<'a>]) -> Result<(), Refused> {
        statements.iter().try_for_each(|one| self.statement(one))
    }

    fn statement(&mut self, statement: &Stmt<'a>) -> Result<(), Refused> {
        match statement {
            Stmt::Template(template) => self.statements(&template.children),
            Stmt::EmitExpr(emit) => self.expression(&emit.expr),
            Stmt::EmitRaw(text) => {
                if self.loops > 0 {
                    self.text_in_loops += text.raw.len();
                }
                if self.text_in_loops > MOST_TEXT_IN_LOOPS {
                    return refuse(
                        text.span(),
                        format!("more than {MOST_TEXT_IN_LOOPS} characters in a loop"),
                    );
                }
                Ok(())
            }
            Stmt::ForLoop(each) => {
                if each.recursive || self.loops == DEEPEST_LOOP {
                    return refuse(each.span(), format!("for, more than {DEEPEST_LOOP} deep"));
                }
                self.expression(&each.iter)?;
                self.loops += 1;
                self.optional(each.filter_expr.as_ref())?;
                self.statements(&each.body)?;
                self.loops -= 1;
                self.statements(&each.else_body)
            }
            Stmt::IfCond(condition) => {
                self.expression(&condition.expr)?;
                self.statements(&condition.true_body)?;
                self.statements(&condition.false_body)
            }
            Stmt::Block(block) => self.statements(&block.body),
            Stmt::Extends(extends) => self.file(&extends.name),
            Stmt::FromImport(import) => {
                self.file(&import.expr)?;
                for (name, alias) in &import.names {
                    if let Expr::Var(name) = alias.as_ref().unwrap_or(name) {
                        self.macros.push(name.id);
                    }
                }
                Ok(())
            }
            Stmt::Set(it) => refuse(it.span(), "set"),
            Stmt::SetBlock(it) => refuse(it.span(), "set"),
            Stmt::WithBlock(it) => refuse(it.span(), "with"),
            Stmt::AutoEscape(it) => refuse(it.span(), "autoescape"),
            Stmt::FilterBlock(it) => refuse(it.span(), "filter"),
            Stmt::Import(it) => refuse(it.span(), "import"),
            Stmt::Include(it) => refuse(it.span(), "include"),
            Stmt::Macro(it) => refuse(it.span(), "macro"),
            Stmt::CallBlock(it) => refuse(it.span(), "call"),
            Stmt::Do(it) => refuse(it.span(), "do"),
        }
    }

    /// A file of the theme, by its own name.
    fn file(&self, name: &Expr<'_>) -> Result<(), Refused> {
        if let Expr::Const(path) = name
            && let Some(path) = path.value.as_str()
            && path.starts_with(self.folder)
        {
            return Ok(());
        }
        refuse(name.span(), format!("a file outside of {}", self.folder))
    }

    fn optional(&mut self, expression: Option<&Expr<'a>>) -> Result<(), Refused> {
        expression.map_or(Ok(()), |expression| self.expression(expression))
    }

    fn expression(&mut self, expression: &Expr<'a>) -> Result<(), Refused> {
        match expression {
            Expr::Var(name) if name.id == "self" => refuse(name.span(), "self"),
            Expr::Var(_) | Expr::Const(_) => Ok(()),
            Expr::UnaryOp(it) => self.expression(&it.expr),
            Expr::BinOp(it) => {
                if !matches!(
                    it.op,
                    BinOpKind::ScAnd
                        | BinOpKind::ScOr
                        | BinOpKind::Concat
                        | BinOpKind::In
                        | BinOpKind::Eq
                        | BinOpKind::Ne
                        | BinOpKind::Lt
                        | BinOpKind::Lte
                        | BinOpKind::Gt
                        | BinOpKind::Gte
                ) {
                    return refuse(it.span(), "+ - * / % **");
                }
                self.expression(&it.left)?;
                self.expression(&it.right)
            }
            Expr::Compare(it) => {
                self.expression(&it.expr)?;
                it.ops.iter().try_for_each(|one| self.expression(&one.expr))
            }
            Expr::IfExpr(it) => {
                self.expression(&it.test_expr)?;
                self.expression(&it.true_expr)?;
                self.optional(it.false_expr.as_ref())
            }
            Expr::Filter(it) => {
                if !FILTERS.contains(&it.name) {
                    return refuse(it.span(), format!("|{}", it.name));
                }
                self.optional(it.expr.as_ref())?;
                self.arguments(&it.args)
            }
            Expr::Test(it) => {
                if !TESTS.contains(&it.name) {
                    return refuse(it.span(), format!("is {}", it.name));
                }
                self.expression(&it.expr)?;
                self.arguments(&it.args)
            }
            Expr::GetAttr(it) => self.expression(&it.expr),
            Expr::GetItem(it) => {
                self.expression(&it.expr)?;
                self.expression(&it.subscript_expr)
            }
            Expr::Call(it) => match &it.expr {
                Expr::Var(name) if name.id == "t" || self.macros.contains(&name.id) => self.arguments(&it.args),
                Expr::Var(name) => refuse(it.span(), format!("{}(…)", name.id)),
                _ => refuse(it.span(), "(…)"),
            },
            Expr::List(it) if it.items.iter().all(|item| matches!(item, Expr::Const(_))) => Ok(()),
            Expr::List(_) | Expr::Tuple(_) | Expr::Map(_) | Expr::Slice(_) => {
                refuse(expression.span(), expression.description())
            }
        }
    }

    fn arguments(&mut self, arguments: &[CallArg<'a>]) -> Result<(), Refused> {
        arguments.iter().try_for_each(|argument| match argument {
            CallArg::Pos(value) | CallArg::Kwarg(_, value) => self.expression(value),
            CallArg::PosSplat(value) | CallArg::KwargSplat(value) => refuse(value.span(), "*"),
        })
    }
}
