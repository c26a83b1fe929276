//! What was sold: the figures of a period beside those of the period before, and a chart.

use cart::Outcomes;
use chrono::{NaiveDate, TimeDelta};
use database::Ctx;
use kernel::{Currency, Locale, Money, MoneyError, Time, TimeZone};
use orders::Sales;
use serde::Serialize;
use web::{MoneyView, Problem};

use crate::orders::list as order_list;

/// The chart's height, in the units of its own drawing.
const HEIGHT: i64 = 1_000;
/// How wide a bar's place is, and how much of it the bar fills; the rest lies to both sides of it.
const PLACE: i64 = 100;
const FILLED: i64 = 72;

/// Days up to and with this one, where the store is; of one day the hours are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Period {
    Today,
    Days7,
    Days30,
    Days90,
}

impl Period {
    const ALL: [Self; 4] = [Self::Today, Self::Days7, Self::Days30, Self::Days90];

    /// The period of that name; thirty days when there is none.
    pub(super) fn named(name: &str) -> Self {
        let found = Self::ALL.into_iter().find(|period| period.name() == name);
        found.unwrap_or(Self::Days30)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Days7 => "7-days",
            Self::Days30 => "30-days",
            Self::Days90 => "90-days",
        }
    }

    fn days(self) -> i32 {
        match self {
            Self::Today => 1,
            Self::Days7 => 7,
            Self::Days30 => 30,
            Self::Days90 => 90,
        }
    }

    /// When the bars of the chart begin, and the end of the last, up to the given day. A day on which the clocks are changed
    /// has an hour more or less.
    fn bars(self, today: NaiveDate, zone: TimeZone) -> Vec<Time> {
        let midnight = |days: i64| zone.midnight(today + TimeDelta::days(days));
        match self {
            Self::Today => {
                let (from, until) = (midnight(0), midnight(1));
                let hours = (0..).map(|hour| from + TimeDelta::hours(hour));
                // Where the clocks change by half an hour the last bar is of half an hour.
                hours.take_while(|hour| *hour < until).chain([until]).collect()
            }
            Self::Days7 | Self::Days30 | Self::Days90 => {
                let days = i64::from(self.days());
                (0..=days).map(|day| midnight(day + 1 - days)).collect()
            }
        }
    }
}

/// The moments between which is summed up: the period before as far as this one has come, what is left of it, and each bar of
/// this one.
fn boundaries(period: Period, now: Time, zone: TimeZone) -> Vec<Time> {
    let length = TimeDelta::days(period.days().into());
    let today = zone.day(now);
    let before = zone.midnight(today + TimeDelta::days(1) - length - length);
    let mut boundaries = vec![before, zone.moment(zone.local(now) - length)];
    boundaries.extend(period.bars(today, zone));
    boundaries
}

#[derive(Serialize)]
pub(super) struct FiguresView {
    periods: Vec<PeriodChoice>,
    sales: MoneyView,
    sales_change: Option<i64>,
    refunded: Option<MoneyView>,
    orders: i64,
    orders_change: Option<i64>,
    average: Option<MoneyView>,
    average_change: Option<i64>,
    /// How many of a hundred carts became orders; nothing when there were no carts.
    ordered_percent: Option<i64>,
    carts: i64,
    chart: Chart,
    /// The time zone in which its days begin.
    zone: String,
}

#[derive(Serialize)]
struct PeriodChoice {
    name: &'static str,
    chosen: bool,
}

#[derive(Serialize)]
struct Chart {
    width: i64,
    height: i64,
    highest: MoneyView,
    bars: Vec<Bar>,
    /// Whether a bar is an hour, not a day.
    hours: bool,
}

#[derive(Serialize)]
struct Bar {
    x: i64,
    y: i64,
    width: i64,
    height: i64,
    /// When it begins.
    at: String,
    sales: MoneyView,
    orders: i64,
}

/// Sums up a period until now.
pub(super) async fn figures(ctx: &mut Ctx, period: Period) -> Result<FiguresView, Problem> {
    let now = ctx.now();
    let zone = ctx.store().time_zone;
    let boundaries = boundaries(period, now, zone);
    let sales = orders::sales(ctx, &boundaries).await.map_err(order_list::problem)?;
    // Of carts only this period is told.
    let from = boundaries.get(2).copied().unwrap_or(now);
    let carts = cart::outcomes(ctx, (from, now))
        .await
        .map_err(|error| Problem::internal(&error))?;
    let calendar = Calendar {
        locale: ctx.locale(),
        zone,
    };
    let view = view(period, calendar, (&boundaries, &sales), carts);
    view.map_err(|error| Problem::internal(&error))
}

/// How days are told.
#[derive(Clone, Copy)]
struct Calendar {
    locale: Locale,
    zone: TimeZone,
}

fn view(
    period: Period,
    calendar: Calendar,
    (boundaries, sales): (&[Time], &[Sales]),
    carts: Outcomes,
) -> Result<FiguresView, MoneyError> {
    let (before, bars) = match sales {
        [before, _rest_of_before, bars @ ..] => (*before, bars),
        _ => return Err(MoneyError::Overflow),
    };
    let currency = before.total.currency();
    let all = sum(currency, bars)?;
    let kept = |sales: &Sales| sales.total.minus(sales.refunded);
    Ok(FiguresView {
        periods: Period::ALL
            .into_iter()
            .map(|one| PeriodChoice {
                name: one.name(),
                chosen: one == period,
            })
            .collect(),
        sales: kept(&all)?.into(),
        sales_change: change(kept(&before)?.minor(), kept(&all)?.minor()),
        refunded: all.refunded.is_positive().then(|| all.refunded.into()),
        orders: all.orders,
        orders_change: change(before.orders, all.orders),
        average: all.average().map(MoneyView::from),
        average_change: before
            .average()
            .zip(all.average())
            .and_then(|(before, now)| change(before.minor(), now.minor())),
        ordered_percent: ratio(carts.ordered.saturating_mul(100), carts.made),
        carts: carts.made,
        zone: calendar.zone.name().replace('_', " "),
        chart: chart(
            period,
            calendar,
            currency,
            (boundaries.get(2..).unwrap_or_default(), bars),
        )?,
    })
}

fn sum(currency: Currency, periods: &[Sales]) -> Result<Sales, MoneyError> {
    periods.iter().try_fold(Sales::none(currency), |sum, period| {
        Ok(Sales {
            orders: sum.orders + period.orders,
            total: sum.total.plus(period.total)?,
            refunded: sum.refunded.plus(period.refunded)?,
        })
    })
}

/// By how many per cent something grew; nothing where there was nothing before.
fn change(before: i64, now: i64) -> Option<i64> {
    if before <= 0 {
        return None;
    }
    ratio(now.saturating_sub(before).saturating_mul(100), before)
}

/// A quotient to the nearest whole number, halves away from zero; nothing when divided by nothing.
fn ratio(part: i64, whole: i64) -> Option<i64> {
    let (part, whole) = (i128::from(part), i128::from(whole));
    if whole <= 0 {
        return None;
    }
    let half = whole * part.signum();
    i64::try_from((2 * part + half) / (2 * whole)).ok()
}

fn chart(
    period: Period,
    calendar: Calendar,
    currency: Currency,
    (starts, bars): (&[Time], &[Sales]),
) -> Result<Chart, MoneyError> {
    let mut kept = Vec::with_capacity(bars.len());
    for bar in bars {
        kept.push(bar.total.minus(bar.refunded)?);
    }
    let highest = kept.iter().map(|money| money.minor()).fold(0, i64::max);
    let drawn = starts.iter().zip(bars).zip(&kept);
    let bars: Vec<Bar> = (0..)
        .zip(drawn)
        .map(|(index, ((start, sales), kept)): (i64, _)| {
            let height = share(kept.minor().max(0), highest);
            Bar {
                x: index * PLACE + (PLACE - FILLED) / 2,
                y: HEIGHT - height,
                width: FILLED,
                height,
                at: label(period, calendar, *start),
                sales: (*kept).into(),
                orders: sales.orders,
            }
        })
        .collect();
    Ok(Chart {
        width: bars.last().map_or(PLACE, |last| last.x + (PLACE + FILLED) / 2),
        height: HEIGHT,
        highest: Money::new(highest, currency).into(),
        bars,
        hours: period == Period::Today,
    })
}

/// How high a bar is when the highest fills the chart.
fn share(amount: i64, highest: i64) -> i64 {
    let height = i128::from(amount) * i128::from(HEIGHT) / i128::from(highest.max(1));
    i64::try_from(height).unwrap_or(HEIGHT)
}

/// When a bar begins, as people say it.
fn label(period: Period, Calendar { locale, zone }: Calendar, start: Time) -> String {
    match period {
        Period::Today => zone.local(start).format("%H:%M").to_string(),
        Period::Days7 | Period::Days30 | Period::Days90 => locale.format_date(zone.day(start)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeZone as _, Utc};

    const CALENDAR: Calendar = Calendar {
        locale: Locale::EN,
        zone: TimeZone::UTC,
    };

    fn sold(orders: i64, total: i64, refunded: i64) -> Sales {
        Sales {
            orders,
            total: Money::new(total, Currency::USD),
            refunded: Money::new(refunded, Currency::USD),
        }
    }

    #[test]
    fn the_period_before_is_as_far_as_this_one() {
        let now = Utc.with_ymd_and_hms(2026, 3, 2, 15, 30, 0).unwrap();
        let at = |month, day, hour, minute| Utc.with_ymd_and_hms(2026, month, day, hour, minute, 0).unwrap();
        let week = boundaries(Period::Days7, now, TimeZone::UTC);
        assert_eq!(
            week[..4],
            [at(2, 17, 0, 0), at(2, 23, 15, 30), at(2, 24, 0, 0), at(2, 25, 0, 0)]
        );
        assert_eq!((week.len(), week[9]), (10, at(3, 3, 0, 0)));
        let today = boundaries(Period::Today, now, TimeZone::UTC);
        assert_eq!(
            today[..4],
            [at(3, 1, 0, 0), at(3, 1, 15, 30), at(3, 2, 0, 0), at(3, 2, 1, 0)]
        );
        assert_eq!((today.len(), today[26]), (27, at(3, 3, 0, 0)));
    }

    #[test]
    fn days_and_hours_are_those_of_the_store() {
        let at = |text: &str| text.parse::<Time>().unwrap();
        let jakarta = TimeZone::parse("Asia/Jakarta").unwrap();
        // There it is 00:30 of the third of March.
        let week = boundaries(Period::Days7, at("2026-03-02T17:30:00Z"), jakarta);
        assert_eq!(
            (week[0], week[1], week[2], week[9]),
            (
                at("2026-02-17T17:00:00Z"),
                at("2026-02-23T17:30:00Z"),
                at("2026-02-24T17:00:00Z"),
                at("2026-03-03T17:00:00Z")
            )
        );
        let calendar = Calendar {
            locale: Locale::ID,
            zone: jakarta,
        };
        assert_eq!(label(Period::Days7, calendar, week[2]), "25 Februari 2026");
        assert_eq!(label(Period::Today, calendar, week[1]), "00:30");
        // The day on which Berlin's clocks skip an hour has 23 bars, and so has that month one short day.
        let berlin = TimeZone::parse("Europe/Berlin").unwrap();
        let short = boundaries(Period::Today, at("2026-03-29T10:00:00Z"), berlin);
        assert_eq!(
            (short.len(), short[2], short[25]),
            (26, at("2026-03-28T23:00:00Z"), at("2026-03-29T22:00:00Z"))
        );
        let month = boundaries(Period::Days30, at("2026-03-30T10:00:00Z"), berlin);
        let lengths: Vec<i64> = month[2..]
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).num_hours())
            .collect();
        assert_eq!(lengths.iter().filter(|hours| **hours == 23).count(), 1);
        assert_eq!((lengths.len(), lengths.iter().sum::<i64>()), (30, 30 * 24 - 1));
    }

    #[test]
    fn figures_follow_from_the_sums() {
        let start = Utc.with_ymd_and_hms(2026, 3, 2, 0, 0, 0).unwrap();
        let boundaries = boundaries(Period::Days7, start, TimeZone::UTC);
        let mut sales = vec![sold(4, 8_000, 0), sold(9, 99, 0)];
        sales.extend((0..7).map(|day| sold(day, day * 1_000, if day == 6 { 3_000 } else { 0 })));
        let carts = Outcomes { made: 8, ordered: 3 };
        let view = view(Period::Days7, CALENDAR, (&boundaries, &sales), carts).unwrap();
        assert_eq!((view.sales.amount, view.sales_change), (18_000, Some(125)));
        assert_eq!((view.orders, view.orders_change), (21, Some(425)));
        assert_eq!(view.average.map(|money| money.amount), Some(1_000));
        assert_eq!((view.average_change, view.ordered_percent), (Some(-50), Some(38)));
        let heights: Vec<i64> = view.chart.bars.iter().map(|bar| bar.height).collect();
        assert_eq!(heights, [0, 200, 400, 600, 800, 1_000, 600]);
        assert_eq!((view.chart.width, view.chart.bars[6].x), (700, 614));
        assert_eq!(view.chart.highest.amount, 5_000);
    }

    #[test]
    fn nothing_sold_is_no_change_and_no_average() {
        let none = vec![sold(0, 0, 0); 9];
        let boundaries = boundaries(Period::Days7, chrono::DateTime::UNIX_EPOCH, TimeZone::UTC);
        let view = view(Period::Days7, CALENDAR, (&boundaries, &none), Outcomes::default()).unwrap();
        assert_eq!(
            (view.sales_change, view.orders_change, view.average_change),
            (None, None, None)
        );
        assert!(view.average.is_none() && view.ordered_percent.is_none());
        assert!(view.chart.bars.iter().all(|bar| bar.height == 0));
    }

    #[test]
    fn quotients_are_rounded_to_the_nearest() {
        for (part, whole, quotient) in [(1, 3, 0), (2, 3, 1), (1, 2, 1), (-1, 2, -1), (-1, 3, 0), (7, 2, 4)] {
            assert_eq!(ratio(part, whole), Some(quotient), "{part}/{whole}");
        }
        assert_eq!(ratio(1, 0), None);
    }
}
