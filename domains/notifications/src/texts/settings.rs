//! How a store sends texts.

use database::{Ctx, Error, cache::Needs};
use kernel::{FieldError, Forbidden, Invalid, Permission};

use super::{PhoneNumber, TextAccount, TextKind};
use crate::{events::TextsChanged, store};

/// What binds a sealed token to its use.
const SEALED: &str = "text_settings.token";
/// What stands in an account's or a service's name behind its two letters.
const SID_DIGITS: usize = 32;
/// About how many bytes it takes to know whether texts are offered.
const OFFERED_BYTES: usize = 16;

/// How a store sends texts, without the token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextSettings {
    /// The account at Twilio.
    pub account: String,
    /// The number or the messaging service that texts come from.
    pub sender: String,
    /// What is sent.
    pub kinds: Vec<TextKind>,
    /// Whether it is in use.
    pub active: bool,
    /// How often it was saved; zero before the first time.
    pub version: i64,
}

/// How a store is to send texts.
#[derive(Clone)]
pub struct TextTerms {
    /// The account at Twilio.
    pub account: String,
    /// What proves it. Empty keeps the one there is.
    pub token: String,
    /// The number or the messaging service that texts come from.
    pub sender: String,
    /// What is sent.
    pub kinds: Vec<TextKind>,
    /// Whether it is in use.
    pub active: bool,
    /// The version it was made of.
    pub version: i64,
}

/// Why it stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum UpdateTextsError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A field breaks its rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Somebody else changed it meanwhile.
    #[error("it was changed in the meantime")]
    VersionConflict,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Whether shoppers can ask for texts; kept between requests.
pub async fn offers_texts(ctx: &mut Ctx) -> Result<bool, Error> {
    let making = match ctx.kept::<bool>("notifications.texts", "") {
        Ok(offered) => return Ok(*offered),
        Err(making) => making,
    };
    let needs = Needs::default().any::<TextsChanged>(ctx.store_id());
    let offered = store::texts::is_active(ctx).await?;
    Ok(*ctx.keep(making, offered, &needs, OFFERED_BYTES))
}

/// What the store decided, for whoever may change it.
pub async fn load_text_settings(ctx: &mut Ctx) -> Result<TextSettings, UpdateTextsError> {
    ctx.require(Permission::ManageSettings)?;
    let found = store::texts::find_settings(ctx).await?;
    Ok(found.map(|(settings, _)| settings).unwrap_or_else(|| TextSettings {
        kinds: TextKind::ALL.iter().copied().filter(|kind| kind.is_usual()).collect(),
        ..TextSettings::default()
    }))
}

/// The settings in use with what proves the account; nothing where none are.
pub async fn find_text_account(ctx: &mut Ctx) -> Result<Option<(TextSettings, TextAccount)>, Error> {
    open(ctx, |settings| settings.active).await
}

/// The same, whether it is in use or not.
pub(super) async fn find_any_account(ctx: &mut Ctx) -> Result<Option<(TextSettings, TextAccount)>, Error> {
    open(ctx, |_| true).await
}

async fn open(
    ctx: &mut Ctx,
    is_wanted: impl FnOnce(&TextSettings) -> bool,
) -> Result<Option<(TextSettings, TextAccount)>, Error> {
    let found = store::texts::find_settings(ctx).await?;
    let Some((settings, sealed)) = found.filter(|(settings, _)| is_wanted(settings)) else {
        return Ok(None);
    };
    let token = String::from_utf8(ctx.unseal(SEALED, &sealed)?).map_err(|_error| Error::Sealed(SEALED))?;
    let account = TextAccount {
        account: settings.account.clone(),
        token,
        sender: settings.sender.clone(),
    };
    Ok(Some((settings, account)))
}

/// Replaces what was decided.
pub async fn update_texts(ctx: &mut Ctx, terms: TextTerms) -> Result<(), UpdateTextsError> {
    ctx.require(Permission::ManageSettings)?;
    let before = store::texts::find_settings(ctx).await?;
    let (settings, token) = checked(terms, before.as_ref().map(|(before, _)| before))?;
    let sealed = match (token.as_str(), before) {
        ("", Some((_, sealed))) => sealed,
        (token, _) => ctx.seal(SEALED, token.as_bytes())?,
    };
    if !store::texts::put_settings(ctx, &settings, &sealed).await? {
        return Err(UpdateTextsError::VersionConflict);
    }
    let store_id = ctx.store_id();
    ctx.publish(&TextsChanged { store_id }).await?;
    Ok(())
}

fn checked(terms: TextTerms, before: Option<&TextSettings>) -> Result<(TextSettings, String), Invalid> {
    let mut invalid = Invalid::default();
    let (account, token) = (terms.account.trim().to_owned(), terms.token.trim().to_owned());
    let mut wrong = |field: &str, code, message: &str| invalid.push(FieldError::new(field, code, message));
    if !is_sid(&account, "AC") {
        wrong(
            "account",
            "invalid_account",
            "is AC and 32 digits or letters from a to f",
        );
    }
    // The token proves one account, so another takes another.
    let is_kept = token.is_empty() && before.is_some_and(|before| before.account == account);
    if token.is_empty() && !is_kept {
        wrong("token", "required", "is required");
    } else if token.len() > 200 || !token.chars().all(|letter| letter.is_ascii_graphic()) {
        wrong("token", "invalid_token", "has blanks or letters that no token has");
    }
    let sender = terms.sender.trim();
    let number: String = sender.chars().filter(|letter| !" ()-.".contains(*letter)).collect();
    let sender = if PhoneNumber::read(&number).is_some() {
        number
    } else {
        sender.to_owned()
    };
    // Every text says that STOP ends them, and nobody can answer a name.
    if PhoneNumber::read(&sender).is_none() && !is_sid(&sender, "MG") {
        let message =
            "is a number that begins with +, or MG and 32 digits or letters from a to f; nobody can answer a name";
        wrong("sender", "invalid_sender", message);
    }
    invalid.into_result()?;
    let settings = TextSettings {
        account,
        sender,
        kinds: terms.kinds,
        active: terms.active,
        version: terms.version,
    };
    Ok((settings, token))
}

fn is_sid(text: &str, letters: &str) -> bool {
    let digits = text.strip_prefix(letters).unwrap_or_default();
    digits.len() == SID_DIGITS && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use kernel::Actor;

    use super::*;
    use crate::testing::TestShop;

    fn terms() -> TextTerms {
        TextTerms {
            account: format!("AC{}", "0a".repeat(16)),
            token: "secret-token".to_owned(),
            sender: "+1 (415) 555-0123".to_owned(),
            kinds: vec![TextKind::Shipped],
            active: true,
            version: 0,
        }
    }

    fn owner(shop: &TestShop) -> database::Work {
        let account = shop.db.work().read().new_id();
        let permissions = Permission::ALL.to_vec();
        shop.db.work().acting_as(Actor::Staff { account, permissions })
    }

    #[tokio::test]
    async fn a_token_is_kept_sealed_and_only_for_its_account() {
        let shop = TestShop::open().await;
        let mut ctx = owner(&shop).write();
        assert!(!offers_texts(&mut ctx).await.unwrap());
        update_texts(&mut ctx, terms()).await.unwrap();
        let (settings, account) = find_text_account(&mut ctx).await.unwrap().unwrap();
        assert_eq!((settings.version, &*settings.sender), (1, "+14155550123"));
        assert_eq!(account.token, "secret-token");
        let (_, sealed) = store::texts::find_settings(&mut ctx).await.unwrap().unwrap();
        assert!(!String::from_utf8_lossy(&sealed).contains("secret"));

        let kept = TextTerms {
            token: String::new(),
            active: false,
            version: 1,
            ..terms()
        };
        update_texts(&mut ctx, kept.clone()).await.unwrap();
        assert_eq!(find_text_account(&mut ctx).await.unwrap().map(|(it, _)| it), None);
        assert!(!offers_texts(&mut ctx).await.unwrap());
        let late = update_texts(&mut ctx, kept.clone()).await;
        assert!(matches!(late, Err(UpdateTextsError::VersionConflict)), "{late:?}");
        let another = TextTerms {
            account: format!("AC{}", "1b".repeat(16)),
            version: 2,
            ..kept
        };
        let refused = update_texts(&mut ctx, another).await;
        assert!(
            matches!(&refused, Err(UpdateTextsError::Invalid(invalid)) if invalid.0[0].field == "token"),
            "{refused:?}"
        );
    }

    #[tokio::test]
    async fn whoever_may_not_change_settings_neither_sees_nor_changes_them() {
        let shop = TestShop::open().await;
        let mut ctx = shop.db.work().acting_as(Actor::Guest).write();
        assert!(matches!(
            load_text_settings(&mut ctx).await,
            Err(UpdateTextsError::Forbidden(_))
        ));
        let refused = update_texts(&mut ctx, terms()).await;
        assert!(matches!(refused, Err(UpdateTextsError::Forbidden(_))));
    }

    #[test]
    fn what_is_wrong_is_named_at_its_field() {
        type Case<'c> = (fn(&mut TextTerms), Option<(&'c str, &'c str)>);
        let cases: [Case<'_>; 8] = [
            (|_| {}, None),
            (|it| it.sender = format!("MG{}", "9".repeat(32)), None),
            (|it| it.account = "SK1".to_owned(), Some(("account", "invalid_account"))),
            (|it| it.token = " ".to_owned(), Some(("token", "required"))),
            (|it| it.token = "a b".to_owned(), Some(("token", "invalid_token"))),
            (|it| it.sender = String::new(), Some(("sender", "invalid_sender"))),
            (
                |it| it.sender = "4155550123".to_owned(),
                Some(("sender", "invalid_sender")),
            ),
            (
                |it| it.sender = "My Shop".to_owned(),
                Some(("sender", "invalid_sender")),
            ),
        ];
        for (change, expected) in cases {
            let mut terms = terms();
            change(&mut terms);
            let sender = terms.sender.clone();
            let wrong = checked(terms, None).err().map(|invalid| invalid.0);
            let wrong = wrong.map(|errors| errors.into_iter().map(|it| (it.field, it.code)).collect::<Vec<_>>());
            let expected = expected.map(|(field, code)| vec![(field.to_owned(), code)]);
            assert_eq!(wrong, expected, "{sender}");
        }
    }
}
