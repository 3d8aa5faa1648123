"""From a file that a stranger made to judged rows: open, name the columns, judge, compare. Pure: no Django, no clock."""
