//! Keeps a tax code of the store's own.

use database::Ctx;
use kernel::{FieldError, Forbidden, Invalid, Permission};

use crate::{OwnCode, TaxCategory, TaxCode, events::tell_changed, store};

/// A code as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutCode {
    /// The code. One that is there gets the new name and category.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// What its goods are taxed as in a place that has no rate for the code.
    pub category: TaxCategory,
}

/// Why the code cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum PutCodeError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Some fields hold what they cannot.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Keeps the code.
pub async fn put_code(ctx: &mut Ctx, code: &PutCode) -> Result<(), PutCodeError> {
    ctx.require(Permission::ManageSettings)?;
    let code = checked(code)?;
    store::codes::put(ctx, &code).await?;
    Ok(tell_changed(ctx).await?)
}

fn checked(typed: &PutCode) -> Result<OwnCode, Invalid> {
    let mut invalid = Invalid::default();
    let code = invalid.check("code", TaxCode::parse(&typed.code));
    if code.as_ref().is_some_and(|code| code.category().is_some()) {
        let message = "is built in; choose another";
        invalid.push(FieldError::new("code", "built_in_tax_code", message));
    }
    let name = typed.name.trim().to_owned();
    if name.is_empty() {
        invalid.push(FieldError::required("name"));
    } else if name.chars().count() > 100 {
        invalid.push(FieldError::new("name", "too_long", "may have at most 100 characters"));
    } else if name.chars().any(char::is_control) {
        let message = "may not hold control characters";
        invalid.push(FieldError::new("name", "invalid_text", message));
    }
    let Some(code) = code else { return Err(invalid) };
    invalid.into_result()?;
    Ok(OwnCode {
        code,
        name,
        category: typed.category,
    })
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::Actor;

    use super::*;
    use crate::{RemoveCodeError, list_codes, remove_code};

    fn typed(code: &str, name: &str) -> PutCode {
        PutCode {
            code: code.to_owned(),
            name: name.to_owned(),
            category: TaxCategory::Reduced,
        }
    }

    #[tokio::test]
    async fn a_code_is_kept_renamed_and_removed() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        put_code(&mut ctx, &typed("Books", "Books")).await.unwrap();
        put_code(&mut ctx, &typed("books", "Printed books")).await.unwrap();
        let codes = list_codes(&mut ctx).await.unwrap();
        let shown: Vec<(&str, &str)> = codes.iter().map(|own| (own.code.as_str(), own.name.as_str())).collect();
        assert_eq!(shown, [("books", "Printed books")]);
        let books = TaxCode::parse("books").unwrap();
        remove_code(&mut ctx, &books).await.unwrap();
        assert_eq!(list_codes(&mut ctx).await.unwrap(), []);
        let again = remove_code(&mut ctx, &books).await;
        assert!(matches!(again, Err(RemoveCodeError::NotFound)));
    }

    #[tokio::test]
    async fn what_is_no_code_is_refused_with_its_fields() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        for (code, name, fields) in [
            ("reduced", "Reduced", vec!["code"]),
            ("a b", " ", vec!["code", "name"]),
            ("books", "x\ny", vec!["name"]),
        ] {
            let Err(PutCodeError::Invalid(invalid)) = put_code(&mut ctx, &typed(code, name)).await else {
                panic!("{code}")
            };
            let named: Vec<&str> = invalid.0.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(named, fields);
        }
        let mut guest = db.work().acting_as(Actor::Guest).write();
        let refused = put_code(&mut guest, &typed("books", "Books")).await;
        assert!(matches!(refused, Err(PutCodeError::Forbidden(_))));
    }
}
