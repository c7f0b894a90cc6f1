//! An explanation → text for a terminal.

use std::fmt;

use super::{Explanation, Statement, Values};

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.operation {
            writeln!(f, "operation `{name}`")?;
        }
        section(f, "plan", &self.plan)?;
        if self.statements.is_empty() {
            writeln!(f, "\nnothing is read from the database")?;
        }
        for statement in &self.statements {
            write!(f, "\n{statement}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        section(f, &self.route, &self.sql)?;
        let postgres = match self.values {
            Values::Given => "Postgres' plan",
            Values::Any => "Postgres' plan for any values",
        };
        writeln!(f)?;
        section(f, postgres, &self.text)?;
        writeln!(f)?;
        if self.findings.is_empty() {
            return writeln!(f, "nothing to be said against it");
        }
        for finding in &self.findings {
            writeln!(f, "warning: {}", finding.message)?;
            if let Some(suggestion) = &finding.suggestion {
                writeln!(f, "  {suggestion}")?;
            }
        }
        Ok(())
    }
}

fn section(f: &mut fmt::Formatter<'_>, title: &str, text: &str) -> fmt::Result {
    writeln!(f, "{title}")?;
    text.lines().try_for_each(|line| writeln!(f, "  {line}"))
}
