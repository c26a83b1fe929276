//! What a store says above every page of the shop, for a time or until further notice.

use catalog::check_address;
use database::{Ctx, Error};
use kernel::{FieldError, Forbidden, Invalid, Locale, Permission, Time};

use crate::{Localised, events::AnnouncementChanged, store::announcements};

/// The most characters of a sentence: two lines on a phone.
const LONGEST: usize = 160;

/// What a store says, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Announcement {
    /// Whether it is said at all.
    pub active: bool,
    /// The sentence in each language.
    pub texts: Localised<String>,
    /// A path of the store or an address of the web; empty when it leads nowhere.
    pub address: String,
    /// From when on it is said; at once without it.
    pub starts_at: Option<Time>,
    /// Until when; until further notice without it.
    pub ends_at: Option<Time>,
    /// Counts the changes; 0 until there was one.
    pub version: i64,
}

/// What a shopper reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownAnnouncement {
    /// The sentence.
    pub text: String,
    /// Where it leads, or empty.
    pub address: String,
    /// Which one it is: whoever closed it is shown the next one.
    pub version: i64,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum AnnouncementError {
    /// The actor may not write content.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Some fields are wrong.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Somebody else changed it meanwhile.
    #[error("the announcement was changed meanwhile")]
    VersionConflict,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// What the store says, for staff.
pub async fn load_announcement(ctx: &mut Ctx) -> Result<Announcement, Error> {
    announcements::find(ctx).await
}

/// Replaces the announcement of that version.
pub async fn update_announcement(ctx: &mut Ctx, new: Announcement) -> Result<Announcement, AnnouncementError> {
    ctx.require(Permission::WriteContent)?;
    let mut new = new.checked(ctx.store().locale)?;
    if !announcements::put(ctx, &new).await? {
        return Err(AnnouncementError::VersionConflict);
    }
    new.version += 1;
    let store_id = ctx.store_id();
    ctx.publish(&AnnouncementChanged { store_id }).await?;
    Ok(new)
}

impl Announcement {
    /// Drops blanks around texts and languages without one, and names everything that is wrong.
    fn checked(mut self, own: Locale) -> Result<Self, Invalid> {
        let mut invalid = Invalid::default();
        let trimmed = |_, text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        self.texts = self.texts.filter_map(trimmed);
        self.address = self.address.trim().to_owned();
        for (locale, text) in self.texts.iter() {
            let field = format!("texts.{locale}");
            if text.chars().count() > LONGEST {
                let message = format!("may have at most {LONGEST} characters");
                invalid.push(FieldError::new(field, "too_long", message));
            } else if text.chars().any(char::is_control) {
                invalid.push(FieldError::new(
                    field,
                    "invalid_text",
                    "may not hold control characters",
                ));
            }
        }
        if self.active && self.texts.get(own).is_none() {
            invalid.push(FieldError::required(format!("texts.{own}")));
        }
        if !self.address.is_empty() {
            check_address(&mut invalid, "address", &self.address);
        }
        if let (Some(from), Some(until)) = (self.starts_at, self.ends_at)
            && from >= until
        {
            invalid.push(FieldError::new("ends_at", "before_start", "must be after the start"));
        }
        invalid.into_result()?;
        Ok(self)
    }

    /// What is read at that moment in a language.
    pub(crate) fn shown(&self, now: Time, locale: Locale, own: Locale) -> Option<ShownAnnouncement> {
        let begun = self.starts_at.is_none_or(|from| from <= now);
        let over = self.ends_at.is_some_and(|until| until <= now);
        let text = self
            .texts
            .shown(locale, own)
            .filter(|_| self.active && begun && !over)?;
        Some(ShownAnnouncement {
            text: text.clone(),
            address: self.address.clone(),
            version: self.version,
        })
    }

    /// When it begins or ends next.
    pub(crate) fn next_turn(&self, now: Time) -> Option<Time> {
        let ends = [self.starts_at, self.ends_at].into_iter().flatten();
        ends.filter(|moment| self.active && *moment > now).min()
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use database::testing::TestDatabase;
    use kernel::Actor;

    use super::*;
    use crate::shown_menus;

    fn sale() -> Announcement {
        Announcement {
            active: true,
            texts: [(Locale::EN, "Sale!".to_owned()), (Locale::ID, "Obral!".to_owned())]
                .into_iter()
                .collect(),
            address: "/collections/sale".to_owned(),
            ..Announcement::default()
        }
    }

    #[test]
    fn it_is_said_from_its_start_to_its_end() {
        let at = |hours| DateTime::UNIX_EPOCH + TimeDelta::hours(hours);
        let timed = Announcement {
            starts_at: Some(at(1)),
            ends_at: Some(at(2)),
            ..sale()
        };
        for (hour, is_said, turn) in [(0, false, Some(at(1))), (1, true, Some(at(2))), (2, false, None)] {
            let shown = timed.shown(at(hour), Locale::ID, Locale::EN);
            assert_eq!(
                shown.map(|shown| shown.text),
                is_said.then(|| "Obral!".to_owned()),
                "{hour}"
            );
            assert_eq!(timed.next_turn(at(hour)), turn, "{hour}");
        }
        let off = Announcement { active: false, ..timed };
        assert_eq!(
            (off.shown(at(1), Locale::EN, Locale::EN), off.next_turn(at(0))),
            (None, None)
        );
    }

    #[test]
    fn what_is_wrong_is_named_at_its_field() {
        type Case<'a> = (fn(&mut Announcement), &'a str, &'a str);
        let cases: [Case<'_>; 5] = [
            (|one| one.texts = Localised::default(), "texts.en", "required"),
            (
                |one| one.texts = [(Locale::EN, "x".repeat(161))].into_iter().collect(),
                "texts.en",
                "too_long",
            ),
            (
                |one| one.texts = [(Locale::EN, "a\u{7}b".to_owned())].into_iter().collect(),
                "texts.en",
                "invalid_text",
            ),
            (|one| one.address = "javascript:x".to_owned(), "address", "invalid_url"),
            (
                |one| (one.starts_at, one.ends_at) = (Some(DateTime::UNIX_EPOCH), Some(DateTime::UNIX_EPOCH)),
                "ends_at",
                "before_start",
            ),
        ];
        for (change, field, code) in cases {
            let mut one = sale();
            change(&mut one);
            let invalid = one.checked(Locale::EN).unwrap_err();
            let found: Vec<_> = invalid
                .0
                .iter()
                .map(|error| (error.field.as_str(), error.code))
                .collect();
            assert_eq!(found, [(field, code)]);
        }
    }

    #[tokio::test]
    async fn of_two_who_change_it_one_is_told_and_shoppers_read_the_other() {
        let database = TestDatabase::new().await;
        let mut ctx = database.work().write();
        let first = update_announcement(&mut ctx, sale()).await.unwrap();
        assert_eq!(
            (first.version, &load_announcement(&mut ctx).await.unwrap()),
            (1, &first)
        );
        let late = update_announcement(&mut ctx, sale()).await;
        assert!(matches!(late, Err(AnnouncementError::VersionConflict)));
        ctx.commit().await.unwrap();
        let menus = shown_menus(&mut database.work().read(), Locale::ID).await.unwrap();
        let shown = menus.announcement.clone().unwrap();
        assert_eq!((shown.text.as_str(), shown.version), ("Obral!", 1));
    }

    #[tokio::test]
    async fn it_is_not_for_everybody_to_change() {
        let database = TestDatabase::new().await;
        let mut ctx = database.work().acting_as(Actor::Guest).write();
        let refused = update_announcement(&mut ctx, sale()).await;
        assert!(matches!(refused, Err(AnnouncementError::Forbidden(_))));
    }
}
