//! What shoppers choose of products: the values of options, and of attributes that offer choices.

/// A value that shoppers can narrow a list to, such as `Color: Red`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Choice {
    /// The name of the option or attribute.
    pub name: String,
    /// The value.
    pub value: String,
}

/// The values of one name that a list can be narrowed to, the most frequent first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceFacet {
    /// The name of the option or attribute.
    pub name: String,
    /// Each value with its code and how many products it leaves.
    pub values: Vec<(String, String, i64)>,
}

/// As many names are offered, those of the most products first.
const MOST_NAMES: usize = 8;
/// As many values of a name are offered.
const MOST_VALUES: usize = 20;

/// How a choice is written in the address of a list: `color.red`. Letters of ASCII are small, and spaces, points and commas are
/// hyphens, so that `Color: Red` and `color: red` are the same.
pub fn choice_code(name: &str, value: &str) -> String {
    format!("{}.{}", part(name), part(value))
}

fn part(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut is_between = false;
    for c in text.chars() {
        let separates = matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{c}' | '.' | ',');
        if !separates {
            code.push(c.to_ascii_lowercase());
        } else if !is_between {
            code.push('-');
        }
        is_between = separates;
    }
    code
}

impl Choice {
    /// Its code.
    pub fn code(&self) -> String {
        choice_code(&self.name, &self.value)
    }
}

/// The codes of an address, by name: of one name, any of the values is meant. What is no code is left out.
pub fn choices_by_name<'c>(codes: impl IntoIterator<Item = &'c str>) -> Vec<(String, Vec<String>)> {
    let mut by_name: Vec<(String, Vec<String>)> = Vec::new();
    for code in codes {
        let Some((name, _)) = code.split_once('.') else {
            continue;
        };
        match by_name.iter_mut().find(|(known, _)| known == name) {
            Some((_, codes)) if codes.iter().any(|known| known == code) => {}
            Some((_, codes)) => codes.push(code.to_owned()),
            None => by_name.push((name.to_owned(), vec![code.to_owned()])),
        }
    }
    by_name
}

/// Facets of choices with how many products each leaves. What differs only in how it is written counts as one, written as most
/// products do.
pub fn choice_facets(counted: impl IntoIterator<Item = (Choice, i64)>) -> Vec<ChoiceFacet> {
    let mut counted: Vec<(Choice, i64)> = counted.into_iter().collect();
    counted.sort_unstable_by(|(choice, count), (other, than)| than.cmp(count).then_with(|| choice.cmp(other)));
    let mut facets: Vec<(String, i64, ChoiceFacet)> = Vec::new();
    for (choice, count) in counted {
        let (code, name) = (choice.code(), part(&choice.name));
        let facet = match facets.iter_mut().position(|(known, _, _)| *known == name) {
            Some(at) => facets.get_mut(at),
            None => {
                let (name_as_written, values) = (choice.name, Vec::new());
                facets.push((
                    name,
                    0,
                    ChoiceFacet {
                        name: name_as_written,
                        values,
                    },
                ));
                facets.last_mut()
            }
        };
        let Some((_, all, facet)) = facet else { continue };
        *all += count;
        match facet.values.iter_mut().find(|(known, _, _)| *known == code) {
            Some((_, _, known)) => *known += count,
            None => facet.values.push((code, choice.value, count)),
        }
    }
    facets.sort_by_key(|(_, all, _)| std::cmp::Reverse(*all));
    facets.truncate(MOST_NAMES);
    let mut facets: Vec<ChoiceFacet> = facets.into_iter().map(|(_, _, facet)| facet).collect();
    for facet in &mut facets {
        facet.values.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
        facet.values.truncate(MOST_VALUES);
    }
    facets
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;

    use super::*;

    fn choice(name: &str, value: &str) -> Choice {
        Choice {
            name: name.to_owned(),
            value: value.to_owned(),
        }
    }

    #[tokio::test]
    async fn the_database_writes_codes_as_the_program_does() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().read();
        for (name, value, code) in [
            ("Color", "Red", "color.red"),
            ("Screen size", "27.5 , inch", "screen-size.27-5-inch"),
            ("Größe", "ÄRMEL\tlang", "größe.Ärmel-lang"),
            ("色", "红 ", "色.红-"),
        ] {
            assert_eq!(choice_code(name, value), code);
            let sql = sqlx::query_scalar::<_, String>("SELECT catalog.choice_code($1, $2)");
            let sql = sql.bind(name).bind(value);
            assert_eq!(sql.fetch_one(ctx.sql().await.unwrap()).await.unwrap(), code);
        }
    }

    #[test]
    fn several_values_of_a_name_stand_together() {
        let read = choices_by_name(["color.red", "size.m", "rubbish", "color.blue", "color.red"]);
        let wanted = [("color", vec!["color.red", "color.blue"]), ("size", vec!["size.m"])];
        let wanted = wanted.map(|(name, codes)| (name.to_owned(), codes.into_iter().map(str::to_owned).collect()));
        assert_eq!(read, wanted);
    }

    #[test]
    fn what_differs_in_writing_counts_as_one() {
        let counted = [
            (choice("color", "red"), 2),
            (choice("Color", "Red"), 5),
            (choice("Color", "Blue"), 6),
            (choice("Size", "M"), 40),
        ];
        let value = |code: &str, value: &str, count| (code.to_owned(), value.to_owned(), count);
        assert_eq!(
            choice_facets(counted),
            [
                ChoiceFacet {
                    name: "Size".to_owned(),
                    values: vec![value("size.m", "M", 40)],
                },
                ChoiceFacet {
                    name: "Color".to_owned(),
                    values: vec![value("color.red", "Red", 7), value("color.blue", "Blue", 6)],
                },
            ]
        );
    }
}
