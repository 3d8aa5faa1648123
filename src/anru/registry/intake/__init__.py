"""From a stranger's file to judged rows: open it, name the columns, judge, compare. Pure: no Django, no clock."""
